import type { WeakeningGroup } from '../../support/weakening';

/** Event rules, metric filters, alarms and the work of a deploy. */
export const DETECTION_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::Events::Rule', 'AWS::CloudWatch::Alarm', 'AWS::Logs::MetricFilter', 'Custom::TokenKeys', 'Custom::SchemaMigrations', 'Custom::DataKeys', 'Custom::AuditSettings'],
  rows: [],
  neutral: [],
};
