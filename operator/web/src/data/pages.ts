/** Pages of a long list that lives on the server: what was fetched, and which pages a view still needs. */
export class PagedList<T> {
  readonly #pages = new Map<number, readonly T[]>();
  /** How many there are in all; unknown before the first answer. */
  total: number | null = null;

  constructor(readonly size: number, readonly mostPages = 40) {}

  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / this.size))?.[index % this.size];
  }

  put(page: number, items: readonly T[], total: number): void {
    this.#pages.delete(page);
    this.#pages.set(page, items);
    this.total = total;
    // The pages that were fetched longest ago go first: memory does not grow with the list.
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.mostPages) break;
      this.#pages.delete(oldest);
    }
  }

  /** Numbers of the pages that rows `first` to `end` stand on. */
  covering(first: number, end: number): number[] {
    const last = Math.max(first, end - 1);
    const numbers: number[] = [];
    for (let page = Math.floor(first / this.size); page <= Math.floor(last / this.size); page++) numbers.push(page);
    return numbers;
  }

  has(page: number): boolean {
    return this.#pages.has(page);
  }
}
