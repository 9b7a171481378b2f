import type { SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/** Subnets that hold the load balancer and nothing else. */
export const LOAD_BALANCER_SUBNETS: SubnetSelection = { subnetGroupName: 'LoadBalancer' };
/** Subnets of functions, the proxy and endpoints: no route out of the VPC. */
export const APPLICATION_SUBNETS: SubnetSelection = { subnetGroupName: 'Application' };
/** Subnets of the database: no route out of the VPC. */
export const DATABASE_SUBNETS: SubnetSelection = { subnetGroupName: 'Database' };
