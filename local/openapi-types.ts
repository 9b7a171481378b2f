import type { Role } from '../lambda/records/contract';
import type { RefusalCode } from '../lambda/records/refusals';
import type { AuditSubject, RouteName } from '../lambda/records/routes';

/** A JSON Schema of draft 2020-12, or a reference to one; OpenAPI 3.1 takes both wherever it takes a schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A reference within the document. */
export interface Reference {
  readonly $ref: string;
}

/** A header, or a parameter in a path, query or header. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** A body of one media type, with made-up examples by name. */
export interface MediaType {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Bodies by media type. */
export type Content = Readonly<Record<string, MediaType>>;

/** An answer of one status. */
export interface ResponseObject {
  readonly description: string;
  readonly headers: Readonly<Record<string, Reference>>;
  readonly content: Content;
}

/** What a second, equal request does. */
export type Repetition =
  /** It reads, and only leaves another audit event. */
  | 'safe'
  /** With the same `Idempotency-Key` it answers what the first one made; without one it makes another. */
  | 'key'
  /** It sets the same state again. */
  | 'same'
  /** It is refused: the version named is gone, or the thing is done. */
  | 'refused'
  /** It grants anew, with an audit event of its own. */
  | 'anew';

/** An audit event, and when it is left instead of the first one. */
export interface AuditEvent extends AuditSubject {
  readonly when?: string;
}

/** One operation. What OpenAPI has no word for is under `x-`. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Reference[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
  /** One alternative for each role that may call it. */
  readonly security: readonly Readonly<Record<string, readonly Role[]>>[];
  /** Name of the route in logs and audit reports. */
  readonly 'x-route': RouteName;
  readonly 'x-roles': readonly Role[];
  readonly 'x-audit-events': readonly AuditEvent[];
  readonly 'x-repetition': Repetition;
  /** Paragraphs of 45 CFR that the operation is evidence for. */
  readonly 'x-citations': readonly string[];
}

/** The methods of one path, in lower case. */
export type PathItem = Readonly<Record<string, Operation>>;

/** The document: OpenAPI 3.1.1, all of it plain JSON. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly headers: Readonly<Record<string, Pick<Parameter, 'description' | 'schema'>>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** What a code means to a client, and what to do about it. */
export type RefusalTexts = Readonly<Record<RefusalCode, readonly [meaning: string, remedy: string]>>;
