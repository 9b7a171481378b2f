import { customResource } from '../shared/custom-resource';
import { CLOSE_FAILURES, closeGroup } from './close-group';
import type { DefaultSecurityGroupProperties } from './contract';
import { ec2Port } from './ec2-port';

const port = ec2Port();

/** Custom resource that closes a VPC's default security group. Deleting the resource leaves the group closed. */
export const handler = customResource({
  physicalResourceId: 'default-security-group',
  failureCodes: CLOSE_FAILURES,
  apply: (properties) => closeGroup(properties['DefaultSecurityGroupId' satisfies keyof DefaultSecurityGroupProperties], port),
});
