/**
 * Properties are tried with the same values in every run, so that a change is what makes them fail.
 * RAP_PROPERTY_SEED chooses others, to look further.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.RAP_PROPERTY_SEED ?? 20261130) });
