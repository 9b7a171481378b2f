/** Properties of the custom resource that empties a VPC's default security group. */
export interface DefaultSecurityGroupProperties {
  /** Id of the group, as `sg-...`. */
  readonly DefaultSecurityGroupId: string;
}
