using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;

namespace KafkaMesh.Playground.ApiServer.Access;

/// <summary>Signs and checks service account tokens: RS256 JWTs with the claims of a real cluster, bound to account and pod.</summary>
internal sealed class ServiceAccountTokens : IDisposable
{
    /// <summary>Issuer and default audience.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const int MaxLength = 16 * 1024;
    private readonly RSA _key = RSA.Create(2048);
    private readonly ClusterState _state;
    private readonly TimeProvider _clock;
    private readonly string _keyId;

    /// <summary>Creates a signer with a fresh key.</summary>
    public ServiceAccountTokens(ClusterState state, TimeProvider clock)
    {
        _state = state;
        _clock = clock;
        _keyId = Encode(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>Issues a token for a service account.</summary>
    /// <param name="account">The stored ServiceAccount.</param>
    /// <param name="audiences">Audiences; empty for the API server itself.</param>
    /// <param name="lifetime">How long it is good.</param>
    /// <param name="pod">The stored Pod to which the token is bound, or null.</param>
    public (string Token, DateTimeOffset Expires) Issue(JsonObject account, IReadOnlyList<string> audiences, TimeSpan lifetime, JsonObject? pod)
    {
        var metadata = account.Map("metadata");
        var (name, @namespace) = (metadata.Text("name"), metadata.Text("namespace"));
        var now = _clock.GetUtcNow();
        var expires = DateTimeOffset.FromUnixTimeSeconds((now + lifetime).ToUnixTimeSeconds());
        var bound = new JsonObject
        {
            ["namespace"] = @namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = metadata.Text("uid") },
        };
        if (pod.Map("metadata") is { } podMetadata)
        {
            bound["pod"] = new JsonObject { ["name"] = podMetadata.Text("name"), ["uid"] = podMetadata.Text("uid") };
        }

        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count == 0 ? [Issuer] : audiences).Select(a => (JsonNode)a)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = bound,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{@namespace}:{name}",
        };
        return (Sign(claims), expires);
    }

    /// <summary>Checks a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="audiences">Audiences of which the token must name one; empty for the API server's own.</param>
    /// <returns>The user, or null with the reason.</returns>
    public (UserInfo? User, IReadOnlyList<string> Audiences, string Error) Validate(string token, IReadOnlyList<string> audiences)
    {
        if (token.Length > MaxLength || Verify(token) is not { } claims)
        {
            return (null, [], "invalid bearer token");
        }

        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Text("iss") != Issuer || claims.Integer("exp") is not { } end || end < now || claims.Integer("nbf") > now + 60)
        {
            return (null, [], "[invalid bearer token, service account token has expired]");
        }

        var own = claims.Texts("aud");
        IReadOnlyList<string> wanted = audiences.Count == 0 ? [Issuer] : audiences;
        var shared = wanted.Where(own.Contains).ToList();
        if (shared.Count == 0)
        {
            return (null, [], $"[invalid bearer token, token audiences {List(own)} is invalid for the target audiences {List(wanted)}]");
        }

        return Bound(claims) is { } user ? (user, shared, "") : (null, [], "[invalid bearer token, service account token has been invalidated]");
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private UserInfo? Bound(JsonObject claims)
    {
        var bound = claims.Map("kubernetes.io");
        var @namespace = bound.Text("namespace");
        var account = bound.Map("serviceaccount");
        var stored = _state.Find("serviceaccounts", @namespace, account.Text("name"));
        if (stored is null || stored.Map("metadata").Text("uid") != account.Text("uid"))
        {
            return null;
        }

        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
        {
            ["authentication.kubernetes.io/credential-id"] = [$"JTI={claims.Text("jti")}"],
        };
        if (bound.Map("pod") is { } pod)
        {
            if (_state.Find("pods", @namespace, pod.Text("name")).Map("metadata").Text("uid") != pod.Text("uid"))
            {
                return null;
            }

            extra["authentication.kubernetes.io/pod-name"] = [pod.Text("name")];
            extra["authentication.kubernetes.io/pod-uid"] = [pod.Text("uid")];
        }

        return new UserInfo(claims.Text("sub"), ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated"])
        {
            Uid = account.Text("uid"),
            Extra = extra,
        };
    }

    private string Sign(JsonObject claims)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = _keyId };
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Encode(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{signed}.{Encode(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private JsonObject? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } body || Decode(parts[2]) is not { } signature)
        {
            return null;
        }

        try
        {
            if ((JsonNode.Parse(header) as JsonObject).Text("alg") != "RS256")
            {
                return null;
            }

            var isGenuine = _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return isGenuine ? JsonNode.Parse(body) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string List(IReadOnlyList<string> values) => $"[{string.Join(" ", values.Select(v => $"\"{v}\""))}]";

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static byte[]? Decode(string text)
        => System.Buffers.Text.Base64Url.IsValid(text) ? System.Buffers.Text.Base64Url.DecodeFromChars(text) : null;
}
