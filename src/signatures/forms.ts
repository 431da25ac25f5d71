import { canonical, emptyObject, isObject, type Json, type JsonObject } from './json.js';
import { isRestated } from './restated.js';
import { agentCard, type Field, type Shape } from './shape.js';

/** One of the texts that a signer may have signed for a card. */
export interface Form {
  text: string;
  /** Paths of what the card says and the text does not. */
  uncovered: string[];
  /** Those of them that also say something new, so that somebody may have added them. */
  extra: string[];
}

/**
 * The texts that a signature of this card may be of, the one that holds most of the card first. Signers disagree:
 *
 * 1. the card as it is served;
 * 2. what section 8.4.1 of the specification says: without default values, except those of required and `optional`
 *    fields. Required fields that are not there, because a server left out their default values, are filled in;
 * 3. the JavaScript SDK until 1.0.0: without anything empty, at whatever depth;
 * 4. the SDKs of Python and JavaScript: so too, and without members that the specification does not know. Python's
 *    before 1.1.5 wrote characters beyond ASCII as escapes (and numbers in `params` as it writes floats: not tried).
 *
 * Trying them all takes nothing away from a signature: whichever text verifies, the holder of the key has signed that
 * very text, and what is handed on is read from it, not from the card that was served.
 */
export function formsOf(card: JsonObject): Form[] {
  const covered = (value: Json): Form => ({ text: canonical(value), uncovered: [], extra: [] });
  const read = (keep: Rules['keep'], unknown: Member[] = []) =>
    shaped(card, agentCard, { keep, unknown, required: 'drop' }, []);

  const hollow: string[] = [];
  withoutEmpty(read('all'), [], hollow);
  const unknown: Member[] = [];
  const known = read('known', unknown);
  const hollowOfKnown: string[] = [];
  const sdk = canonical(withoutEmpty(known, [], hollowOfKnown) ?? emptyObject());
  const added = unknown.filter(({ path, value }) => !isRestated(path, value, card, known));
  const uncovered = [...added.map(({ path }) => path.join('.')), ...hollowOfKnown];
  const extra = added
    .filter(({ value }) => withoutEmpty(value) !== undefined)
    .map(({ path }) => path.join('.'));

  const forms: Form[] = [
    covered(card),
    covered(shaped(card, agentCard, { keep: 'all', unknown: [], required: 'keep' }, [])),
    covered(shaped(card, agentCard, { keep: 'all', unknown: [], required: 'fill' }, [])),
    { text: canonical(withoutEmpty(card) ?? emptyObject()), uncovered: hollow, extra: [] },
    { text: sdk, uncovered, extra },
    { text: escaped(sdk), uncovered, extra },
  ];
  return forms.filter(({ text }, index) => forms.findIndex(form => form.text === text) === index);
}

interface Member {
  path: string[];
  value: Json;
}

interface Rules {
  /** Members that the specification does not know. */
  keep: 'all' | 'known';
  /** Where those go that are not kept. */
  unknown: Member[];
  /** Required fields with their default value; `fill` adds those that are missing. */
  required: 'keep' | 'fill' | 'drop';
}

/** A message without the default values that protobuf has no presence for, and so all the messages in it. */
function shaped(value: Json, shape: Shape, rules: Rules, path: string[]): Json {
  // Not what the specification says, and left as it is.
  if (!isObject(value)) return value;
  const result = emptyObject();
  for (const [name, member] of Object.entries(value)) {
    const field = shape.get(name);
    const at = [...path, name];
    if (!field && rules.keep === 'known') rules.unknown.push({ path: at, value: member });
    else if (!field) result[name] = member;
    // In protobuf's JSON null is no value at all.
    else if (member !== null && !isLeftOut(member, field, rules))
      result[name] = held(member, field, rules, at);
  }
  if (rules.required === 'fill') {
    for (const [name, field] of shape) {
      if (field.empty !== undefined) result[name] ??= held(field.empty, field, rules, [...path, name]);
    }
  }
  return result;
}

function isLeftOut(value: Json, { presence }: Field, { required }: Rules): boolean {
  const leaves = presence === 'plain' || (presence === 'required' && required === 'drop');
  return leaves && (value === '' || value === false || value === 0 || isHollow(value));
}

function held(value: Json, { holds }: Field, rules: Rules, path: string[]): Json {
  if (!holds) return value;
  const { as, shape } = holds;
  if (as === 'one') return shaped(value, shape, rules, path);
  if (as === 'list') {
    if (!Array.isArray(value)) return value;
    return value.map((item, index) => shaped(item, shape, rules, [...path, String(index)]));
  }
  if (!isObject(value)) return value;
  const result = emptyObject();
  for (const [name, item] of Object.entries(value))
    result[name] = shaped(item, shape, rules, [...path, name]);
  return result;
}

/**
 * What the SDKs do before they sign: empty texts, lists and objects go, and then what they leave empty.
 *
 * @param gone where the paths go of what was left out, the outermost only
 */
export function withoutEmpty(value: Json, path: string[] = [], gone: string[] = []): Json | undefined {
  const before = gone.length;
  const rest = contentOf(value, path, gone);
  if (rest === undefined || isHollow(rest)) {
    gone.splice(before, gone.length, path.join('.'));
    return undefined;
  }
  return rest;
}

function contentOf(value: Json, path: string[], gone: string[]): Json | undefined {
  if (value === null || value === '') return undefined;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const rest = withoutEmpty(item, [...path, String(index)], gone);
      // As one element, also where it is a list.
      return rest === undefined ? [] : [rest];
    });
  }
  if (!isObject(value)) return value;
  const result = emptyObject();
  for (const [name, member] of Object.entries(value)) {
    const rest = withoutEmpty(member, [...path, name], gone);
    if (rest !== undefined) result[name] = rest;
  }
  return result;
}

function isHollow(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The same JSON in ASCII, as Python writes it by default. */
function escaped(text: string): string {
  return text.replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
