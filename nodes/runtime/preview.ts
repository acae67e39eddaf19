/**
 * What a dialog shows while its settings are being typed. Whoever may look may ask, with any settings, so nothing is
 * put in but what is no secret: the folder of RAP_HOME, and what the flow, its groups and subflows define, which the
 * dialog sends along. And nobody may keep the process busy with it.
 */
import type { NodeAPI } from 'node-red';
import { asRapError, RapError } from '../../lib/errors/rap-error.ts';
import { type Language, languageOfTag } from '../../lib/i18n/languages.ts';
import type { EnvLookup } from '../../lib/model/expand-env.ts';
import { boundedBody, boundedLookup } from './bounds.ts';
import { homeOf } from './runtime.ts';

/** As much of an error as a dialog has room for, letters. */
const MOST_SHOWN = 2_000;

/** @param answer what the settings in the body lead to, in the dialog's language; what it throws is shown there */
export function servePreview(
  RED: NodeAPI,
  path: string,
  answer: (body: Record<string, unknown>, lookup: EnvLookup, language: Language) => object | Promise<object>,
): void {
  RED.httpAdmin.post(path, RED.auth.needsPermission('flows.read'), async (request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      const body = boundedBody(request.body);
      const language = languageOfTag(String(body.language)) ?? 'en';
      response.json(await answer(body, boundedLookup(previewLookup(RED, body.env)), language));
    } catch (thrown) {
      const { message, cure, details } = asRapError(thrown, 'CONFIG_INVALID');
      response.json({ error: message.slice(0, MOST_SHOWN), cure, field: details.field ?? '' });
    }
  });
}

/** Variables of the service stand for themselves: "${OPS_SHARE}" is what the preview shows of it. */
function previewLookup(RED: NodeAPI, env: unknown): EnvLookup {
  const given = new Map(Object.entries(env ?? {}));
  return (name) => {
    const value = given.get(name) ?? (name === 'RAP_HOME' ? homeOf(RED) : undefined);
    return ['string', 'number', 'boolean'].includes(typeof value) && value !== ''
      ? String(value)
      : `\${${name}}`;
  };
}

/** So long one preview may think, milliseconds. */
const THINK_MS = 500;

/** Ends a preview that takes too long. Call what it gives again and again. @throws RapError CONFIG_INVALID */
export function thinkingTime(): () => void {
  const end = performance.now() + THINK_MS;
  return () => {
    if (performance.now() <= end) return;
    throw new RapError('CONFIG_INVALID', 'This is too much for a preview', {
      cure: 'Deploy, and look at the first run.',
    });
  };
}
