import {
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { SecurityGroupPort } from './close-group';

/** The EC2 API, every wait bounded. */
export function ec2Port(): SecurityGroupPort {
  const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
  const client = new EC2Client({ maxAttempts: 3, requestHandler });
  return {
    describe: (request) => client.send(new DescribeSecurityGroupRulesCommand(request)),
    revokeIngress: async (request) => {
      await client.send(new RevokeSecurityGroupIngressCommand(request));
    },
    revokeEgress: async (request) => {
      await client.send(new RevokeSecurityGroupEgressCommand(request));
    },
  };
}
