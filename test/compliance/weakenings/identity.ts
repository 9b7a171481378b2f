import type { WeakeningGroup } from '../../support/weakening';

/** Users, groups and roles. */
export const IDENTITY_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient', 'AWS::Cognito::UserPoolGroup', 'AWS::Cognito::LogDeliveryConfiguration', 'AWS::IAM::Role', 'AWS::IAM::ManagedPolicy'],
  rows: [],
  neutral: [],
};
