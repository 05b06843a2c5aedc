namespace KafkaMesh.Proxy.Redirect;

/// <summary>What was done for one address family.</summary>
/// <param name="Program">What did it.</param>
/// <param name="IsApplied">The kernel holds what it should, read back and compared.</param>
/// <param name="WasInPlace">It did so before.</param>
/// <param name="Reason">Why it does not, in one line.</param>
/// <param name="Rules">The rules, for people to read.</param>
internal sealed record RedirectOutcome(string Program, bool IsApplied, bool WasInPlace, string Reason, IReadOnlyList<string> Rules)
{
    /// <summary>Not applied.</summary>
    public static RedirectOutcome Failed(string program, string reason) => new(program, false, false, reason, []);
}
