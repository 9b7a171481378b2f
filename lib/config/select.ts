import { dev } from './dev';
import type { EnvironmentConfig, EnvironmentName } from './environment';
import { prod } from './prod';
import { staging } from './staging';
import { configFaults } from './validate';

/** Every environment of the repository, weakest first. */
export const ENVIRONMENTS: Readonly<Record<EnvironmentName, EnvironmentConfig>> = { dev, staging, prod };

/**
 * The environments to synthesize: all of them, or the one that `-c environment=NAME` names.
 *
 * @throws Error listing the valid names for a name it does not know
 * @throws Error listing every fault of every selected environment: field, value, what is allowed
 */
export function selectEnvironments(name?: unknown): EnvironmentConfig[] {
  const selected = name === undefined ? Object.values(ENVIRONMENTS) : [environmentNamed(name)];
  const faults = selected.flatMap((config) =>
    configFaults(config).map(
      ({ field, value, allowed }) => `  lib/config/${config.name}.ts  ${field}: ${JSON.stringify(value)} is not allowed; expected ${allowed}`,
    ),
  );
  if (faults.length > 0) {
    throw new Error(`The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.join('\n')}`);
  }
  return selected;
}

function environmentNamed(name: unknown): EnvironmentConfig {
  const config = Object.entries(ENVIRONMENTS).find(([known]) => known === name)?.[1];
  if (!config) {
    throw new Error(`Unknown environment ${JSON.stringify(name)}. Valid names: ${Object.keys(ENVIRONMENTS).join(', ')}. Pass one as -c environment=dev.`);
  }
  return config;
}
