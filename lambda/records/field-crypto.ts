import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';
import { CodedError } from '../shared/outcome';
import { uuidOfBytes, type Uuid } from '../shared/uuid';
import type { DataKeyName, KeyClass } from './ports';

/** First byte of every value; the id of its key follows. */
const VALUE_VERSION = 1;

/** What a value is longer than its plaintext: version 1, key id 16, nonce 12, tag 16. */
export const VALUE_OVERHEAD_BYTES = 45;

/** Length of every key: AES-256. */
export const DATA_KEY_BYTES = 32;

const CIPHER = 'aes-256-gcm';
const KEY_ID_AT = 1;
const NONCE_AT = 17;
const CONTENT_AT = 29;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES } as const;
const FIRST_BLOCK = Buffer.of(1);

/** No separator of the additional data can occur in one. */
const IDENTIFIER = /^[a-z][a-z0-9_]{0,62}$/;

/** A string with half of a surrogate pair is no text: encoded as UTF-8 it would come back as another one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** An unwrapped data key. Its bytes can be derived from and overwritten, not read or printed. */
export class DataKey {
  readonly keyId: Uuid;
  readonly keyClass: KeyClass;
  readonly #bytes: Uint8Array;
  #wiped = false;

  /** @param bytes taken over, not copied: {@link wipe} overwrites this very memory. */
  constructor({ keyId, keyClass }: DataKeyName, bytes: Uint8Array) {
    this.keyId = keyId;
    this.keyClass = keyClass;
    this.#bytes = bytes;
  }

  /**
   * HKDF-SHA-256 to 32 bytes; `info` names the purpose, so keys for different purposes are unrelated.
   *
   * @throws CodedError `data_key_wiped` after {@link wipe}: nothing is ever sealed under zeros.
   */
  derive(salt: string, info: string): KeyObject {
    if (this.#wiped) throw new CodedError('data_key_wiped');
    // RFC 5869, for the one block that 32 bytes are: extract, then expand. `hkdfSync` gives the same and takes nearly three times as long,
    // which a read pays once for each class of key.
    const extracted = createHmac('sha256', salt).update(this.#bytes).digest();
    const derived = createHmac('sha256', extracted).update(info).update(FIRST_BLOCK).digest();
    const key = createSecretKey(derived);
    extracted.fill(0);
    derived.fill(0);
    return key;
  }

  /** True once the key is overwritten. */
  get wiped(): boolean {
    return this.#wiped;
  }

  /** Overwrites the key. What was derived from it before must not be used any more either. */
  wipe(): void {
    this.#wiped = true;
    this.#bytes.fill(0);
  }
}

/** Keys of one class by their id, and the one to write with. */
export interface ClassKeys {
  readonly active: DataKey;
  readonly all: ReadonlyMap<Uuid, DataKey>;
}

/** A key of the ring, or the news that no usable key has this id: never made, retired, or of another class. */
export type FoundKey = { readonly kind: 'found'; readonly key: DataKey } | { readonly kind: 'refused'; readonly code: 'key_unknown' };

/** The unwrapped keys of the classes that a request asked for. Not to be kept beyond the request. */
export class KeyRing {
  constructor(private readonly classes: ReadonlyMap<KeyClass, ClassKeys>) {}

  /**
   * The key to write with.
   *
   * @throws CodedError `key_class_not_open` for a class that was not asked for.
   */
  active(keyClass: KeyClass): DataKey {
    const keys = this.classes.get(keyClass);
    if (!keys) throw new CodedError('key_class_not_open');
    return keys.active;
  }

  /** The key that a value names, among those of its column's class only. */
  find(keyClass: KeyClass, keyId: Uuid): FoundKey {
    const key = this.classes.get(keyClass)?.all.get(keyId);
    return key ? { kind: 'found', key } : { kind: 'refused', code: 'key_unknown' };
  }
}

/** The row that values belong to; for a row of the patient table both ids are the same. */
export interface RecordPlace {
  readonly table: string;
  readonly recordId: Uuid;
  readonly patientId: Uuid;
}

/** A column and the class of key that it is encrypted under. */
export interface FieldPlace {
  readonly column: string;
  readonly keyClass: KeyClass;
}

/** The text of a field, or the one thing that is said about a value that is not exactly what was stored in this very place. */
export type Decrypted =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: 'integrity_failure' };

const INTEGRITY_FAILURE: Decrypted = { kind: 'refused', code: 'integrity_failure' };

/**
 * Encrypts and decrypts the fields of one record: 164.312(a)(2)(iv), 164.312(c)(1). A value is
 * `version(1) | keyId(16) | nonce(12) | ciphertext | tag(16)`, AES-256-GCM under a key derived for this record and class, 45 bytes
 * longer than its UTF-8 text. It opens in its own table, column, record, patient and class only, whole or not at all.
 *
 * Not covered: the length of a text shows in its value; an older value of the same field opens, since nothing says which is newest.
 */
export class RecordCipher {
  /** One derivation per key, however many fields: it costs more than an encryption. */
  private readonly derived = new Map<DataKey, KeyObject>();

  /** @throws CodedError `field_place_malformed` unless the table is a lower-case SQL name. */
  constructor(
    private readonly keys: KeyRing,
    private readonly place: RecordPlace,
  ) {
    checkIdentifier(place.table);
  }

  /**
   * Encrypts a text, of any length, under the active key of its class.
   *
   * @throws CodedError `field_place_malformed`; `field_text_malformed` for a string that is no Unicode text; `key_class_not_open`;
   *   `data_key_wiped`.
   */
  encrypt(field: FieldPlace, text: string): Buffer {
    if (LONE_SURROGATE.test(text)) throw new CodedError('field_text_malformed');
    const key = this.keys.active(field.keyClass);
    return seal(this.recordKey(key), key.keyId, this.context(field.column), text);
  }

  /**
   * Decrypts a stored value. Damaged, truncated, moved, of another version or under a key that may not be used: one and the same
   * outcome.
   *
   * @throws CodedError `field_place_malformed`; `data_key_wiped`. Neither depends on the value.
   */
  decrypt({ column, keyClass }: FieldPlace, value: Uint8Array): Decrypted {
    const keyId = keyIdOf(value);
    if (!keyId) return INTEGRITY_FAILURE;
    const found = this.keys.find(keyClass, keyId);
    if (found.kind === 'refused') return INTEGRITY_FAILURE;
    const text = open(this.recordKey(found.key), keyId, this.context(column), value)?.toString('utf8');
    return text === undefined ? INTEGRITY_FAILURE : { kind: 'text', text };
  }

  private recordKey(key: DataKey): KeyObject {
    const known = this.derived.get(key);
    if (known && !key.wiped) return known;
    const made = key.derive(this.place.recordId, `phi/v1/${key.keyClass}`);
    this.derived.set(key, made);
    return made;
  }

  private context(column: string): string {
    checkIdentifier(column);
    return `${this.place.table}|${column}|${this.place.recordId}|${this.place.patientId}`;
  }
}

function checkIdentifier(name: string): void {
  if (!IDENTIFIER.test(name)) throw new CodedError('field_place_malformed');
}

/**
 * The key that a stored value names.
 *
 * @returns undefined when it is too short for a value or of another version.
 */
export function keyIdOf(value: Uint8Array): Uuid | undefined {
  if (value.length < VALUE_OVERHEAD_BYTES || value[0] !== VALUE_VERSION) return undefined;
  return uuidOfBytes(Buffer.from(value.buffer, value.byteOffset + 1, 16));
}

/**
 * Seals UTF-8 text or bytes in the format of {@link RecordCipher}, with a fresh random nonce. The additional data is `context|keyId`,
 * so a value is bound to where it belongs and to the key that it names.
 */
export function seal(key: KeyObject, keyId: Uuid, context: string, content: string | Uint8Array): Buffer {
  const length = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  const value = Buffer.allocUnsafe(VALUE_OVERHEAD_BYTES + length);
  value[0] = VALUE_VERSION;
  value.write(keyId.replaceAll('-', ''), KEY_ID_AT, 'hex');
  const nonce = randomFillSync(value.subarray(NONCE_AT, CONTENT_AT));
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS).setAAD(additionalData(context, keyId));
  value.set(typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content), CONTENT_AT);
  cipher.final();
  value.set(cipher.getAuthTag(), CONTENT_AT + length);
  return value;
}

/**
 * Opens what {@link seal} made.
 *
 * @returns undefined, and nothing of the content, unless version, key, context and every bit are those of the sealing.
 */
export function unseal(key: KeyObject, context: string, value: Uint8Array): Buffer | undefined {
  const keyId = keyIdOf(value);
  return keyId && open(key, keyId, context, value);
}

function open(key: KeyObject, keyId: Uuid, context: string, value: Uint8Array): Buffer | undefined {
  const end = value.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, value.subarray(NONCE_AT, CONTENT_AT), OPTIONS)
    .setAAD(additionalData(context, keyId))
    .setAuthTag(value.subarray(end));
  const content = decipher.update(value.subarray(CONTENT_AT, end));
  try {
    decipher.final();
    return content;
  } catch {
    // What was decrypted before the tag was found wrong is nobody's.
    content.fill(0);
    return undefined;
  }
}

function additionalData(context: string, keyId: Uuid): Buffer {
  return Buffer.from(`${context}|${keyId}`);
}
