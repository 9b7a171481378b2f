import type { WeakeningGroup } from '../../support/weakening';

/** The trail, the recorder and the detectors. */
export const TRAIL_WEAKENINGS: WeakeningGroup = {
  types: ['AWS::CloudTrail::Trail', 'AWS::Config::ConfigurationRecorder', 'AWS::Config::DeliveryChannel', 'AWS::Config::ConformancePack', 'AWS::GuardDuty::Detector', 'AWS::SecurityHub::Hub', 'AWS::SecurityHub::Standard', 'AWS::SecurityHub::SecurityControl', 'AWS::AccessAnalyzer::Analyzer'],
  rows: [],
  neutral: [],
};
