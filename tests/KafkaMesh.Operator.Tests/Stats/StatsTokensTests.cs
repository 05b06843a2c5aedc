using System.Buffers.Text;
using System.Text;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Operator.Stats;
using KafkaMesh.Operator.Tests.Support;

namespace KafkaMesh.Operator.Tests.Stats;

public sealed class StatsTokensTests : IDisposable
{
    private readonly OffsetTimeProvider _clock = new();
    private AccessTokenSigner? _signer;

    [Fact]
    public void For_APod_IsTheSameForHalfItsLife()
    {
        _signer = AccessTokenSigner.Create();
        var tokens = new StatsTokens(() => _signer, _clock);
        var first = tokens.For("a")!;
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(first.Split('.')[1]));

        Assert.Contains("\"aud\":\"a\"", claims, StringComparison.Ordinal);
        Assert.Contains("\"scope\":\"stats\"", claims, StringComparison.Ordinal);
        Assert.NotEqual(first, tokens.For("b"));
        _clock.Offset += StatsTokens.Use - TimeSpan.FromSeconds(10);
        Assert.Equal(first, tokens.For("a"));
        _clock.Offset += TimeSpan.FromSeconds(10);
        Assert.NotEqual(first, tokens.For("a"));
    }

    [Fact]
    public void For_AnotherKey_IsSignedAnew()
    {
        var tokens = new StatsTokens(() => _signer, _clock);
        Assert.Null(tokens.For("a"));
        using var before = _signer = AccessTokenSigner.Create();
        var first = tokens.For("a");
        _signer = AccessTokenSigner.Create();
        Assert.NotEqual(first, tokens.For("a"));
    }

    public void Dispose() => _signer?.Dispose();
}
