namespace KafkaMesh.Proxy.Redirect;

/// <summary>What the installer did for one address family.</summary>
/// <param name="IsApplied">The rules are in the kernel, read back and compared.</param>
/// <param name="WasInPlace">They were there before, nothing was changed.</param>
/// <param name="Reason">Why they are not applied, in one line.</param>
internal readonly record struct RedirectOutcome(bool IsApplied, bool WasInPlace, string Reason);
