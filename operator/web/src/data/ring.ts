/** The newest `capacity` items; older ones fall out and are counted. Every item keeps its number for good. */
export class Ring<T> {
  #items: (T | undefined)[];
  #next = 0;
  #first = 0;

  constructor(readonly capacity: number) {
    this.#items = new Array<T | undefined>(capacity);
  }

  /** How many fell out. */
  get dropped(): number {
    return this.#first;
  }

  get length(): number {
    return this.#next - this.#first;
  }

  /** Number of the oldest item that is still here. */
  get firstNumber(): number {
    return this.#first;
  }

  push(item: T): void {
    this.#items[this.#next % this.capacity] = item;
    this.#next++;
    if (this.length > this.capacity) this.#first++;
  }

  /** The item of this number, or undefined when it fell out or has not come. */
  byNumber(number: number): T | undefined {
    return number < this.#first || number >= this.#next ? undefined : this.#items[number % this.capacity];
  }

  clear(): void {
    this.#items.fill(undefined);
    this.#first = this.#next = 0;
  }
}
