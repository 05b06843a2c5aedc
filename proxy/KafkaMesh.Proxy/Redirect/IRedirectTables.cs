namespace KafkaMesh.Proxy.Redirect;

/// <summary>One backend: brings rules into the kernel and takes them out again. Other rules stay as they are.</summary>
internal interface IRedirectTables
{
    /// <summary>Makes the kernel hold the plan, atomically and whatever was there of ours before.</summary>
    /// <returns>Of IPv4, then of IPv6 when the plan has it.</returns>
    IReadOnlyList<RedirectOutcome> Install(RedirectPlan plan);

    /// <summary>Takes out whatever an installation of this backend wrote.</summary>
    /// <param name="isDryRun">Tells, and changes nothing.</param>
    /// <returns>One per program that could be asked; applied means that nothing of ours is left, or in a dry run that it was looked for.</returns>
    IReadOnlyList<RedirectOutcome> Remove(bool isDryRun);
}
