/**
 * A function's contract lists the environment variables it reads; the stack that creates the function must set exactly
 * these, and the compiler checks both sides against the same list.
 */
export type Environment<Names extends readonly string[]> = Readonly<Record<Names[number], string>>;

/**
 * Reads the named variables once, at start.
 *
 * @throws Error naming every variable that is missing or empty, so that one look at the log shows the whole fault.
 */
export function readEnvironment<const Names extends readonly string[]>(
  names: Names,
  source: NodeJS.ProcessEnv = process.env,
): Environment<Names> {
  const missing = names.filter((name) => !source[name]);
  if (missing.length > 0) {
    throw new Error(`Missing environment variables: ${missing.join(', ')}. The function's stack must set every name in its contract.`);
  }
  return Object.fromEntries(names.map((name) => [name, source[name]])) as Environment<Names>;
}
