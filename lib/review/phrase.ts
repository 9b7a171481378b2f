/** A part of a sentence: words of ours, or a value that comes out of somebody's template. */
export type Part = string | { readonly value: string };

/** A sentence whose values are told apart from its words, so that each rendering can make them safe. */
export type Phrase = readonly Part[];

/** Longest value that is shown, in characters; a policy in one line would push everything else off the page. */
const LONGEST_VALUE = 160;

/** A sentence; whatever is put into it is a value, never words: ``say`${role} may now read ${bucket}` ``. */
export function say(words: TemplateStringsArray, ...values: readonly (string | number)[]): Phrase {
  return words.flatMap((word, at): Part[] => {
    const value = values[at];
    return [...(word === '' ? [] : [word]), ...(value === undefined ? [] : [{ value: shortened(String(value)) }])];
  });
}

/** The sentence as one text, for comparison and for JSON. */
export function toText(phrase: Phrase): string {
  return phrase.map((part) => (typeof part === 'string' ? part : part.value)).join('');
}

/** Values one after the other, with commas. */
export function listed(values: readonly string[]): Phrase {
  return values.flatMap((value, at): Part[] => [...(at === 0 ? [] : [', ']), { value: shortened(value) }]);
}

function shortened(value: string): string {
  const characters = Array.from(value);
  return characters.length > LONGEST_VALUE ? `${characters.slice(0, LONGEST_VALUE - 3).join('')}...` : value;
}
