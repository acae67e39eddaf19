/**
 * node-red-contrib-typescript-node was typed against an older @types/node-red, which called these two by
 * other names. Without this the base class would quietly become `any`.
 */
import type { NodeAPI, NodeDef } from 'node-red';

declare module 'node-red' {
  interface Red extends NodeAPI {}
  interface NodeProperties extends NodeDef {}
}
