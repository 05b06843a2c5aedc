using KafkaMesh.Contracts.Access;

namespace KafkaMesh.Operator.Stats;

/// <summary>
/// The tokens that sidecars know the operator by. One is sent again for half of its life: the sidecar remembers it and need not check its
/// signature again, and the operator does not sign anew for each look at a pod that ends.
/// </summary>
/// <param name="signer">The key; gives null while it is not known.</param>
/// <param name="time">The clock.</param>
internal sealed class StatsTokens(Func<AccessTokenSigner?> signer, TimeProvider time)
{
    /// <summary>So long a token is sent. The rest of its life is for clocks that differ.</summary>
    public static readonly TimeSpan Use = AccessToken.Lifetime / 2;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _tokens = [];
    private AccessTokenSigner? _signer;
    private long _since;

    /// <summary>A token for one pod; null while there is no key.</summary>
    /// <param name="podUid">The pod.</param>
    public string? For(string podUid)
    {
        if (signer() is not { } key)
            return null;
        lock (_lock)
        {
            // All go together, so that none is older than the first, and those of pods that are gone go too.
            if (key != _signer || time.GetElapsedTime(_since) >= Use)
            {
                _tokens.Clear();
                (_signer, _since) = (key, time.GetTimestamp());
            }
            if (!_tokens.TryGetValue(podUid, out var token))
                _tokens.Add(podUid, token = key.Sign(podUid, time.GetUtcNow(), AccessToken.StatsScope));
            return token;
        }
    }
}
