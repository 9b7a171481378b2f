/**
 * An error whose whole content is a stable code. Lambda prints the name, message and stack of an error that leaves a handler,
 * so message is the code itself and no cause is attached: nothing a user or a database said can reach the log.
 */
export class CodedError<Code extends string = string> extends Error {
  override readonly name = 'CodedError';

  constructor(readonly code: Code) {
    super(code);
  }
}

/**
 * Closes a switch over a tagged union: a new variant without a branch does not compile.
 *
 * @throws CodedError `unreachable_variant` when types were bypassed at run time.
 */
export function assertNever(value: never): never {
  void value;
  throw new CodedError('unreachable_variant');
}
