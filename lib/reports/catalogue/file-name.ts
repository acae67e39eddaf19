/**
 * How the name of a report's file shows what it is: a template such as '{code}_{participant}_{yyyymmdd}[_{half}].{ext}',
 * or a JavaScript expression with the same groups. Case never matters.
 */

/** What stands for each word of a template. */
const words: Readonly<Record<string, { expression: string; example: string }>> = {
  participant: { expression: '(?<participant>[A-Z0-9]+)', example: 'SIM001' },
  yyyymmdd: { expression: '(?<date>\\d{8})', example: '20260227' },
  yymmdd: { expression: '(?<date>\\d{6})', example: '260227' },
  set: { expression: '(?<set>\\d{1,4}|[A-Z])', example: '1' },
  half: { expression: '(?<half>CTL|DAT)', example: 'CTL' },
  ext: { expression: '[A-Z0-9]+', example: 'txt' },
};

/** What a row says of its file names. */
export interface FileName {
  /** A template, or '' when there is an expression. */
  file?: string | undefined;
  expression?: string | undefined;
  /** A name that the expression takes. */
  example?: string | undefined;
}

/**
 * The expression of a template, without anchors.
 * @param code the code, or an expression for several
 * @returns what is wrong with the template, as the end of a sentence, where it cannot be read
 */
export function templateExpression(
  template: string,
  code: string,
  halves: readonly string[],
): string | { wrong: string } {
  let open = 0;
  const used = new Set<string>();
  const parts = template.split(/(\{[^}]*\}|[[\]])/).map((part): string | { wrong: string } => {
    if (part === '[') {
      open++;
      return '(?:';
    }
    if (part === ']') {
      open--;
      return open < 0 ? { wrong: 'closes a "]" that it never opened' } : ')?';
    }
    if (!part.startsWith('{')) return escaped(part);
    const word = part.slice(1, -1);
    if (word === 'code') return code;
    const found = Object.hasOwn(words, word) ? words[word] : undefined;
    if (found === undefined) {
      return {
        wrong: `has "${part}", which is none of {code}, ${Object.keys(words)
          .map((one) => `{${one}}`)
          .join(', ')}`,
      };
    }
    const group = word.startsWith('yy') ? 'date' : word;
    if (used.has(group) && word !== 'ext') return { wrong: `shows the ${group} twice` };
    used.add(group);
    return word === 'half' && halves.length > 0
      ? `(?<half>${halves.map(escaped).join('|')})`
      : found.expression;
  });
  const wrong = parts.find((part) => typeof part !== 'string');
  if (wrong !== undefined) return wrong;
  return open > 0 ? { wrong: 'opens a "[" that it never closes' } : parts.join('');
}

/** A name that a template takes: every optional part is there. */
export function templateExample(template: string, code: string, set: string, half: string): string {
  return template.replaceAll(/[[\]]/g, '').replaceAll(/\{([^}]*)\}/g, (_, word: string) => {
    if (word === 'code') return code;
    if (word === 'set' && set !== '') return set === '*' ? '1043' : set;
    if (word === 'half' && half !== '') return half;
    return words[word]?.example ?? '';
  });
}

/** Letters that mean something in an expression stand for themselves. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The expression for a whole name; undefined when it is none. */
export function wholeName(expression: string): RegExp | undefined {
  try {
    // Compiled alone first: "a)|(b" must not become one by what is put around it.
    new RegExp(expression);
    return new RegExp(`^(?:${expression})$`, 'i');
  } catch {
    return undefined;
  }
}
