/** Names the folder of the run's one synthesis, for every worker. */
export const ASSEMBLY_VARIABLE = 'BASELINE_TEST_ASSEMBLY';

/** Names the socket on which the run gives databases, for every worker. */
export const DATABASES_VARIABLE = 'BASELINE_TEST_DATABASES';
