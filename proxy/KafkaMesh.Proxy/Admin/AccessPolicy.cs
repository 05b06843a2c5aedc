using System.Net;
using System.Security.Cryptography;
using Serilog;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// Who may see connections and frames: callers over loopback (the pod's own containers, and people whom the API server lets forward a port to the
/// pod), and others with a token of the operator. Over loopback is from and to such an address: other sidecars pass on what comes from outside from
/// one of their own (Istio's from 127.0.0.6), to the address that was called.
/// </summary>
/// <param name="verifier">Checks tokens; null when the sidecar was given no key: then nobody from outside may.</param>
/// <param name="log">Told once when tokens cannot be checked; may be null.</param>
/// <param name="time">The clock of how often tokens are checked; the system's by default.</param>
internal sealed class AccessPolicy(AccessTokenVerifier? verifier, ILogger? log = null, TimeProvider? time = null)
{
    private const string Scheme = "Bearer ";

    private readonly TokenChecks? _checks = verifier is null ? null : new TokenChecks(verifier, time ?? TimeProvider.System);
    private bool _hasFailed;

    /// <summary>Whether the operator can show that it is the operator: the sidecar was given a key.</summary>
    public bool KnowsOperator => _checks is not null;

    /// <summary>Whether a caller is in the pod, as far as that can be told.</summary>
    /// <param name="caller">Where the request came from; null when the kernel does not say.</param>
    /// <param name="local">The address that it came to; null when the kernel does not say.</param>
    public static bool IsInside(IPAddress? caller, IPAddress? local) =>
        caller is not null && local is not null && IPAddress.IsLoopback(caller) && IPAddress.IsLoopback(local);

    /// <summary>Judges one request that callers in the pod may make without a token.</summary>
    /// <param name="caller">Where it came from; null when the kernel does not say.</param>
    /// <param name="local">The address that it came to; null when the kernel does not say.</param>
    /// <param name="authorization">Value of its <c>Authorization</c> field (RFC 6750); empty when it has none.</param>
    /// <param name="scope">What it asks for.</param>
    /// <param name="wait">After which time a token may be looked at, if it was not.</param>
    public Access Judge(IPAddress? caller, IPAddress? local, string authorization, string scope, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return IsInside(caller, local) ? Access.Granted : JudgeToken(caller, authorization, scope, out wait);
    }

    /// <summary>Judges the token of one request, wherever it comes from.</summary>
    /// <param name="caller">Where it came from; null when the kernel does not say.</param>
    /// <param name="authorization">Value of its <c>Authorization</c> field (RFC 6750); empty when it has none.</param>
    /// <param name="scope">What it asks for.</param>
    /// <param name="wait">After which time the token may be looked at, if it was not.</param>
    public Access JudgeToken(IPAddress? caller, string authorization, string scope, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (_checks is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Access.NoToken;
        }

        try
        {
            return _checks.ScopesOf(authorization[Scheme.Length..], caller, out wait) is not { } scopes ? Access.TooOften
                : scopes.Contains(scope) ? Access.Granted : scopes.Count == 0 ? Access.NoToken : Access.OtherScope;
        }
        catch (CryptographicException e)
        {
            // The configured point is not on the curve, or OpenSSL is not there: no token can be valid.
            if (!_hasFailed)
            {
                log?.Warning("Access tokens cannot be checked, callers from outside the pod are refused: {Reason}", e.Message);
            }

            _hasFailed = true;
            return Access.NoToken;
        }
    }
}
