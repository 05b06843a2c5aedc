using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace KafkaMesh.Proxy.Admin;

/// <summary>
/// Checks signatures no more often than at a bounded rate, in a way that those who forge them cannot use up what the operator needs:
/// <code>
///  other pod or time ─▶ refused unchecked        the pod's uid is nothing that everybody knows
///  seen valid before ─▶ not checked again        the operator sends one token many times
///  from an address that has sent a valid one ──▶ a rate of the address's own
///  all else ─────────▶ the rate of strangers, whose last turns are for those who were quiet
/// </code>
/// For one thread.
/// </summary>
/// <param name="verifier">Knows the key.</param>
/// <param name="time">Its timestamps are looked at.</param>
internal sealed class TokenChecks(AccessTokenVerifier verifier, TimeProvider time)
{
    /// <summary>Tokens that are remembered: those of a few replicas and of the people who look at the pod through them.</summary>
    public const int MaxRemembered = 32;

    /// <summary>Addresses with a rate of their own.</summary>
    public const int MaxProven = 16;

    private readonly CallerRate _strangers = new(time);
    private readonly Dictionary<IPAddress, TokenBucket> _proven = [];
    private readonly Queue<IPAddress> _provenInOrder = [];
    private readonly byte[][] _remembered = new byte[MaxRemembered][];
    private long _rememberedCount;

    /// <summary>What a token permits; empty when it is not valid here and now, null when it is too early to check one more.</summary>
    /// <param name="token">As the caller sent it.</param>
    /// <param name="caller">Who sent it; null when that is unknown.</param>
    /// <param name="wait">How long until one may be checked, if it is too early.</param>
    /// <exception cref="CryptographicException">The key cannot be used.</exception>
    public IReadOnlyList<string>? ScopesOf(string token, IPAddress? caller, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (verifier.Read(token) is not { } claimed)
        {
            return [];
        }

        // A sidecar that nobody asks from outside never loads the cryptographic library.
        if (_rememberedCount > 0 && IsRemembered(Hash(token)))
        {
            return claimed.Scopes;
        }

        if (!TryTakeTurn(caller, out wait))
        {
            return null;
        }

        if (!verifier.IsSigned(claimed))
        {
            return [];
        }

        _remembered[_rememberedCount++ % MaxRemembered] = Hash(token);
        NoteProven(caller);
        return claimed.Scopes;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private bool IsRemembered(byte[] hash)
    {
        bool isKnown = false;
        for (int i = 0; i < Math.Min(_rememberedCount, MaxRemembered); i++)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(hash, _remembered[i]);
        }

        return isKnown;
    }

    private bool TryTakeTurn(IPAddress? caller, out TimeSpan wait) => caller is not null && _proven.TryGetValue(caller, out TokenBucket? own)
        ? own.TryTake(out wait)
        : _strangers.TryTake(caller, out wait);

    private void NoteProven(IPAddress? caller)
    {
        if (caller is null || _proven.ContainsKey(caller))
        {
            return;
        }

        if (_proven.Count == MaxProven)
        {
            _proven.Remove(_provenInOrder.Dequeue());
        }

        _proven.Add(caller, new TokenBucket(CallerRate.Burst, CallerRate.PerSecond, time));
        _provenInOrder.Enqueue(caller);
    }
}
