/**
 * A text that comes from somebody's template, safe for a terminal and for JSON that is looked at in one: control characters, escape
 * sequences and what turns the direction of writing stand as `\u001b`. New lines inside a name do not begin a line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    // By code unit, so that what is put in place of it is an escape of JSON too.
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
