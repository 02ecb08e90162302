import fc from 'fast-check'

/** How many steps a sequence has. */
export const stepsPerSequence = 50

/**
 * Sequences of exactly so many steps: fast-check's own lists and commands are short as a rule, and
 * what goes wrong with caches takes a while. A sequence that fails shrinks by leaving steps out.
 */
export function sequenceOf<Step>(
  step: fc.Arbitrary<Step>,
  length = stepsPerSequence,
): fc.Arbitrary<readonly Step[]> {
  return new Sequence(step, length)
}

class Sequence<Step> extends fc.Arbitrary<readonly Step[]> {
  readonly #step: fc.Arbitrary<Step>
  readonly #length: number

  constructor(step: fc.Arbitrary<Step>, length: number) {
    super()
    this.#step = step
    this.#length = length
  }

  override generate(random: fc.Random): fc.Value<readonly Step[]> {
    // Without a bias: towards small values is towards the same few steps.
    const one = (): Step => this.#step.generate(random, undefined).value
    return new fc.Value(Array.from({ length: this.#length }, one), undefined)
  }

  override canShrinkWithoutContext(_value: unknown): _value is readonly Step[] {
    return false
  }

  override shrink(steps: readonly Step[]): fc.Stream<fc.Value<readonly Step[]>> {
    return fc.stream(shorter(steps))
  }
}

/** The steps without half of them, without a quarter, and so on. */
function* shorter<Step>(steps: readonly Step[]): IterableIterator<fc.Value<readonly Step[]>> {
  for (
    let size = Math.ceil(steps.length / 2);
    size > 0;
    size = size > 1 ? Math.ceil(size / 2) : 0
  ) {
    for (let start = 0; start < steps.length; start += size) {
      const left = [...steps.slice(0, start), ...steps.slice(start + size)]
      yield new fc.Value(left, undefined)
    }
  }
}
