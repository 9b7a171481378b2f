import { refusal, setting, type Refusal } from './refusal';

const FUNCTION = 'AWS::Lambda::Function';

/** Load balancer, functions and users. */
export const EDGE_REFUSALS: readonly Refusal[] = [
  refusal(
    'edge-can-be-made',
    'a certificate that waits for a mail',
    setting('AWS::CertificateManager::Certificate', '', 'ValidationMethod', 'EMAIL'),
  ),
  refusal(
    'edge-can-be-made',
    'a certificate that waits for a record',
    setting('AWS::CertificateManager::Certificate', '', 'DomainValidationOptions', undefined),
  ),
  refusal(
    'edge-can-be-made',
    'a token check that cannot fetch its keys',
    setting('AWS::EC2::SecurityGroup', 'GroupsLoadBalancer', 'SecurityGroupEgress', []),
  ),
  refusal('edge-can-be-made', 'a token check without HTTPS', setting('AWS::ElasticLoadBalancingV2::Listener', '', 'Protocol', 'HTTP')),
  refusal('edge-can-be-made', 'a target that may not be invoked', (draft) =>
    draft.remove('AWS::Lambda::Permission', 'RecordsApiFunctionLoadBalancer'),
  ),
  refusal('priorities-are-unique', 'two rules of one priority', (draft) => {
    const rule = draft.one('AWS::ElasticLoadBalancingV2::ListenerRule');
    draft.add('Api', 'Twin', { ...rule, Properties: { ...rule.Properties, Priority: '10' } });
  }),
  refusal('priorities-are-unique', 'two rules of a web ACL of one priority', setting('AWS::WAFv2::WebACL', '', 'Rules.1.Priority', 0)),
  refusal('functions-fit-their-limits', 'a function of 16 minutes', setting(FUNCTION, 'RecordsApi', 'Timeout', '901')),
  refusal('functions-fit-their-limits', 'a variable of one letter', setting(FUNCTION, 'RecordsApi', 'Environment.Variables.X', 'y')),
  refusal(
    'functions-fit-their-limits',
    'a variable of Lambda’s own',
    setting(FUNCTION, 'RecordsApi', 'Environment.Variables.AWS_REGION', 'us-east-1'),
  ),
  refusal(
    'functions-fit-their-limits',
    'an environment of 5 KB',
    setting(FUNCTION, 'RecordsApi', 'Environment.Variables.LONG', 'x'.repeat(5_000)),
  ),
  refusal(
    'functions-fit-their-limits',
    'a snapshot of Node.js',
    setting(FUNCTION, 'RecordsApi', 'SnapStart', { ApplyOn: 'PublishedVersions' }),
  ),
  refusal(
    'names-fit-their-limits',
    'a target group of 33 letters',
    setting('AWS::ElasticLoadBalancingV2::TargetGroup', '', 'Name', 'x'.repeat(33)),
  ),
  refusal(
    'names-fit-their-limits',
    'a restore test with a hyphen',
    setting('AWS::Backup::RestoreTestingPlan', '', 'RestoreTestingPlanName', 'prod-weekly'),
  ),
  refusal(
    'names-fit-their-limits',
    'a web ACL log of another name',
    setting('AWS::WAFv2::LoggingConfiguration', '', 'LogDestinationConfigs', ['arn:aws:logs:us-east-1:111122223333:log-group:requests:*']),
  ),
  refusal(
    'user-pools-match-their-plan',
    'threat protection on the lesser plan',
    setting('AWS::Cognito::UserPool', '', 'UserPoolTier', 'ESSENTIALS'),
  ),
  refusal(
    'user-pools-match-their-plan',
    'a passkey that counts once',
    setting('AWS::Cognito::UserPool', '', 'WebAuthnFactorConfiguration', undefined),
  ),
  refusal('user-pools-match-their-plan', 'a domain behind a private endpoint', (draft) => {
    draft.add('Identity', 'Domain', {
      Type: 'AWS::Cognito::UserPoolDomain',
      Properties: { Domain: 'x', UserPoolId: { Ref: 'Users408BA229' } },
    });
    draft.add('Network', 'Endpoint', {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: { ServiceName: 'com.amazonaws.us-east-1.cognito-idp' },
    });
  }),
];
