/**
 * Makes a function that works something out once for each object, such as an environment, and keeps the answer for as long as the object
 * lives. What throws is tried again.
 */
export function once<K extends object, T>(make: (of: K) => T): (of: K) => T {
  return remembering(new WeakMap<K, Made<T>>(), make);
}

/** {@link once} for each text: for what comes up over and over, in templates that say the same few things. */
export function onceForText<T>(make: (of: string) => T): (of: string) => T {
  return remembering(new Map<string, Made<T>>(), make);
}

/** An answer; one that is undefined is an answer too. */
interface Made<T> {
  readonly made: T;
}

function remembering<K, T>(known: { get(of: K): Made<T> | undefined; set(of: K, entry: Made<T>): unknown }, make: (of: K) => T): (of: K) => T {
  return (of) => {
    let entry = known.get(of);
    if (!entry) {
      entry = { made: make(of) };
      known.set(of, entry);
    }
    return entry.made;
  };
}
