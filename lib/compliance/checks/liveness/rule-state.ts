/** The state of a rule in which it is told of calls that change nothing, too. */
export const ALL_EVENTS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
