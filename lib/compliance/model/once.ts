/**
 * Makes a function that works something out once for each object, such as an environment, and keeps the answer for as long as the object
 * lives. What throws is tried again.
 */
export function once<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly made: T }>();
  return (of) => {
    let entry = known.get(of);
    if (!entry) {
      entry = { made: make(of) };
      known.set(of, entry);
    }
    return entry.made;
  };
}

/** {@link once} for each text: for what comes up over and over, in templates that say the same few things. */
export function onceForText<T>(make: (of: string) => T): (of: string) => T {
  const known = new Map<string, { readonly made: T }>();
  return (of) => {
    let entry = known.get(of);
    if (!entry) {
      entry = { made: make(of) };
      known.set(of, entry);
    }
    return entry.made;
  };
}
