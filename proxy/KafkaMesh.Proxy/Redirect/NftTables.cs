namespace KafkaMesh.Proxy.Redirect;

/// <summary>The <c>nft</c> program and a table of our own, replaced as a whole each time.</summary>
internal sealed class NftTables : IRedirectTables
{
    private const string Program = "nft";

    /// <summary>Our table is there; null when the program does not work here.</summary>
    public static bool? HasOurs() => Run("list", "tables") is { Succeeded: true, Out: var tables }
        ? tables.Split('\n', StringSplitOptions.TrimEntries).Contains($"table {NftRules.Table}")
        : null;

    public IReadOnlyList<RedirectOutcome> Install(RedirectPlan plan)
    {
        string before = List().Out;
        ProgramOutput committed = Commit(NftRules.Transaction(plan));
        if (!committed.Succeeded)
        {
            return Failed(committed.Error);
        }

        ProgramOutput after = List();
        if (!after.Succeeded || !NftRules.AreInPlace(plan, after.Out))
        {
            string reason = after.Succeeded ? $"{Program} accepted the rules but the kernel does not hold them as they were written" : after.Error;
            return Failed(reason);
        }

        // One table and one transaction for both families.
        IReadOnlyList<RedirectOutcome> Failed(string reason) => [.. Enumerable.Repeat(RedirectOutcome.Failed(Program, reason), plan.V6.Count == 0 ? 1 : 2)];
        RedirectOutcome Outcome(IReadOnlyList<RedirectChain> chains) => new(Program, true, before == after.Out, "", Lines(chains));
        return plan.V6.Count == 0 ? [Outcome(plan.V4)] : [Outcome(plan.V4), Outcome(plan.V6)];
    }

    public IReadOnlyList<RedirectOutcome> Remove(bool isDryRun)
    {
        if (HasOurs() is not { } isThere)
        {
            return [];
        }

        string[] lines = isThere ? [$"delete table {NftRules.Table}"] : [];
        if (!isThere || isDryRun)
        {
            return [new RedirectOutcome(Program, true, !isThere, "", lines)];
        }

        ProgramOutput removed = Commit(NftRules.Removal);
        return [removed.Succeeded ? new RedirectOutcome(Program, true, false, "", lines) : RedirectOutcome.Failed(Program, removed.Error)];
    }

    private static string[] Lines(IReadOnlyList<RedirectChain> chains) =>
        [.. chains.SelectMany(chain => NftRules.Rules(new RedirectPlan([chain], []), chain.Hook).Select(rule => $"{NftRules.Table} {rule}"))];

    private static ProgramOutput List() => Run(["--stateless", "list", "table", .. NftRules.Table.Split(' ')]);

    private static ProgramOutput Commit(string transaction) => HostProgram.Run(Program, ["-f", "-"], transaction);

    private static ProgramOutput Run(params string[] arguments) => HostProgram.Run(Program, arguments, input: "");
}
