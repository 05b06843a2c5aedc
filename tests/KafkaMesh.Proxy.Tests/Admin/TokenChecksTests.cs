using System.Net;
using KafkaMesh.Contracts.Access;
using KafkaMesh.Proxy.Admin;
using KafkaMesh.Proxy.Tests.Support;

namespace KafkaMesh.Proxy.Tests.Admin;

/// <summary>To check a signature is dear: strangers do not use up the checks that the operator needs.</summary>
public sealed class TokenChecksTests : IDisposable
{
    private const string Uid = "uid";
    private static readonly IPAddress s_operator = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress s_stranger = IPAddress.Parse("10.0.0.9");
    private readonly SettableTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)) { IsStopped = true };
    private readonly AccessTokenSigner _signer = AccessTokenSigner.Create();
    private readonly AccessTokenSigner _forger = AccessTokenSigner.Create();
    private readonly TokenChecks _checks;

    public TokenChecksTests()
    {
        Assert.True(AccessKey.TryParse(_signer.PublicKey, out AccessKey? key));
        _checks = new TokenChecks(new AccessTokenVerifier(key!, Uid, _time), _time);
    }

    public void Dispose()
    {
        _signer.Dispose();
        _forger.Dispose();
    }

    [Fact]
    public void ScopesOf_SeenValidBefore_NeedsNoTurnUntilItExpires()
    {
        string token = Token(_signer);
        Assert.Equal([AccessToken.StatsScope], _checks.ScopesOf(token, s_operator, out _));
        WearOut(s_operator);
        Assert.Null(_checks.ScopesOf(Token(_signer), s_operator, out TimeSpan wait));
        Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));
        Assert.Equal([AccessToken.StatsScope], _checks.ScopesOf(token, s_operator, out _));
        Assert.Null(_checks.ScopesOf(token[..^2] + (token[^2] == 'A' ? "BA" : "AA"), s_operator, out _));
        _time.Advance(AccessToken.Lifetime);
        Assert.Equal([], _checks.ScopesOf(token, s_operator, out _));
    }

    [Fact]
    public void ScopesOf_ForAnotherPod_TakesNoTurn()
    {
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal([], _checks.ScopesOf(_forger.Sign("another", _time.Now, "stats"), s_stranger, out TimeSpan _)));
        Assert.Equal([AccessToken.StatsScope], _checks.ScopesOf(Token(_signer), s_stranger, out _));
    }

    /// <summary>Somebody whose token was valid once is checked however many strangers there are.</summary>
    [Fact]
    public void ScopesOf_FromAProvenAddress_HasTurnsOfItsOwn()
    {
        _ = _checks.ScopesOf(Token(_signer), s_operator, out _);
        for (int i = 0; i < 1000; i++)
        {
            _ = _checks.ScopesOf(Token(_forger), new IPAddress([10, 1, (byte)(i >> 8), (byte)i]), out _);
        }

        Assert.Null(_checks.ScopesOf(Token(_signer), IPAddress.Parse("10.2.0.1"), out _));
        Assert.Equal([AccessToken.StatsScope], _checks.ScopesOf(Token(_signer), s_operator, out _));
    }

    /// <summary>Tokens and addresses make room for later ones: neither grows.</summary>
    [Fact]
    public void ScopesOf_ManyTokensOfManyAddresses_ForgetsTheOldest()
    {
        string first = Token(_signer);
        _ = _checks.ScopesOf(first, s_operator, out _);
        for (int i = 0; i < TokenChecks.MaxRemembered; i++)
        {
            Assert.NotNull(_checks.ScopesOf(Token(_signer), new IPAddress([10, 1, 0, (byte)(i % (TokenChecks.MaxProven + 1))]), out _));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        WearOut(s_operator);
        Assert.Null(_checks.ScopesOf(first, s_operator, out _));
    }

    [Fact]
    public void ScopesOf_UnknownCaller_IsChecked() => Assert.Equal([AccessToken.StatsScope], _checks.ScopesOf(Token(_signer), null, out _));

    private void WearOut(IPAddress caller) => Assert.Contains(null, Enumerable.Range(0, 100).Select(_ => _checks.ScopesOf(Token(_forger), caller, out TimeSpan _)));

    private string Token(AccessTokenSigner by) => by.Sign(Uid, _time.Now, AccessToken.StatsScope);
}
