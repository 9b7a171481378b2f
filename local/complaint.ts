/**
 * Why a command does not do what it was asked, for the person who typed it: what is wrong, the value given, what is allowed, what to do.
 * Whoever catches it prints the message and nothing else.
 */
export class Complaint extends Error {
  override readonly name = 'Complaint';
}
