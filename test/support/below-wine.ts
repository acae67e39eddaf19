/** Links of the system below wine, which makes none itself. They are made and taken away by its own programs. */
import { execFileSync } from 'node:child_process';

/** Links that wine shows as folders, and cannot remove with what they lie in. */
const links = new Set<string>();

/** @param target absolute, as are all places here */
export function linkBelow(target: string, link: string): void {
  below('/bin/ln', ['-s'], [target, link]);
  links.add(link);
}

export function unlinkBelow(link: string): void {
  below('/bin/rm', [], [link]);
  links.delete(link);
}

/** Takes away what is left of them. */
export function unlinkAllBelow(): void {
  if (links.size > 0) below('/bin/rm', ['-f'], [...links]);
  links.clear();
}

/** Runs a program of the system below, which sees other paths. */
function below(program: string, words: string[], places: string[]): void {
  const seen = execFileSync('winepath', ['-u', ...places], { encoding: 'utf8' })
    .trim()
    .split(/\r?\n/);
  execFileSync('cmd.exe', ['/d', '/c', 'start', '/wait', '/unix', program, ...words, ...seen]);
}
