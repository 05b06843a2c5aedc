using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Contracts;
using KafkaMesh.Kubernetes.Client;
using KafkaMesh.Operator.Dashboard.Http;

namespace KafkaMesh.Operator.Dashboard.Access;

/// <summary>
/// Asks the API server whose token it is (TokenReview with our audience) and what that user may do (SubjectAccessReview): who may look and
/// tap is decided by Kubernetes' own roles. Answers are believed for <see cref="ReviewCache{T}.Lifetime"/>.
/// </summary>
internal sealed class AccessReviews(IKubernetesClient client, TimeProvider time) : IDisposable
{
    /// <summary>Longest token that is looked at.</summary>
    public const int MaxTokenLength = 16 * 1024;

    private const int MaxKnown = 4096;
    private const int NamespacesAtATime = 4;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    // Who sends tokens that nobody knows takes no place of those whose token was good before: they have a lane of their own.
    private readonly ReviewLane _known = new(concurrent: 8, most: 256);
    private readonly ReviewLane _unknown = new(concurrent: 4, most: 128);
    private readonly Strangers _strangers = new(most: 32);
    private readonly ConcurrentDictionary<string, bool> _good = new(StringComparer.Ordinal);
    private readonly ReviewCache<Caller?> _callers = new(time);
    private readonly ReviewCache<bool> _permissions = new(time);
    private readonly ReviewCache<IReadOnlySet<string>> _allowed = new(time);

    /// <summary>Whose token it is; null when it is not valid for us.</summary>
    /// <param name="token">The token.</param>
    /// <param name="from">Where it comes from (<see cref="RequestOrigin"/>).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">The API server cannot say, or too many tokens are being checked.</exception>
    public Task<Caller?> AuthenticateAsync(string token, IReadOnlyList<IPAddress> from, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxTokenLength)
            return Task.FromResult<Caller?>(null);

        // No token stays in memory.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        return _callers.GetAsync(key, () => AskCallerAsync(token, key, from), cancellationToken);
    }

    /// <summary>Whether a user may get KafkaMonitors, or a subresource of them.</summary>
    /// <param name="caller">The user.</param>
    /// <param name="namespaceName">Namespace; empty for all.</param>
    /// <param name="subresource">Such as <c>tap</c>; empty for the monitors themselves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">The API server cannot say.</exception>
    public Task<bool> MayGetAsync(Caller caller, string namespaceName, string subresource, CancellationToken cancellationToken)
    {
        var spec = SpecOf(caller);
        spec["resourceAttributes"] = new JsonObject
        {
            ["group"] = WellKnownNames.Group,
            ["resource"] = WellKnownNames.Plural,
            ["subresource"] = subresource,
            ["verb"] = "get",
            ["namespace"] = namespaceName,
        };
        return _permissions.GetAsync(
            KeyOf(spec), async () => Flag(await ReviewAsync(_known, "authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", spec), "allowed"), cancellationToken);
    }

    /// <summary>In which namespaces a user may get KafkaMonitors; asked once for all that the user has open.</summary>
    /// <param name="caller">The user.</param>
    /// <param name="namespaces">The namespaces that there are, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">The API server cannot say.</exception>
    public Task<IReadOnlySet<string>> AllowedAsync(Caller caller, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        var spec = SpecOf(caller);
        spec["namespaces"] = new JsonArray([.. namespaces.Select(n => (JsonNode)n)]);
        return _allowed.GetAsync(KeyOf(spec), () => AskAllowedAsync(caller, namespaces), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _known.Dispose();
        _unknown.Dispose();
    }

    private async Task<Caller?> AskCallerAsync(string token, string key, IReadOnlyList<IPAddress> from)
    {
        var isGood = _good.ContainsKey(key);
        using var place = isGood ? null : _strangers.Enter(from);
        var spec = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray(WellKnownNames.DashboardAudience) };
        var caller = ReadCaller(await ReviewAsync(isGood ? _known : _unknown, "authentication.k8s.io", "tokenreviews", "TokenReview", spec));
        if (caller is null)
            _good.TryRemove(key, out _);
        else if (_good.Count < MaxKnown || isGood)
            _good[key] = true;
        else
            _good.Clear();
        return caller;
    }

    private async Task<IReadOnlySet<string>> AskAllowedAsync(Caller caller, IReadOnlyList<string> namespaces)
    {
        var allowed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(namespaces, new ParallelOptions { MaxDegreeOfParallelism = NamespacesAtATime }, async (name, _) =>
        {
            if (await MayGetAsync(caller, name, "", CancellationToken.None))
                allowed[name] = true;
        });
        return allowed.Keys.ToHashSet(StringComparer.Ordinal);
    }

    private static JsonObject SpecOf(Caller caller)
    {
        var spec = new JsonObject { ["user"] = caller.User, ["groups"] = new JsonArray([.. caller.Groups.Select(g => (JsonNode)g)]) };
        if (caller.Uid is { Length: > 0 })
            spec["uid"] = caller.Uid;
        if (caller.Extra is not null)
            spec["extra"] = caller.Extra.DeepClone();
        return spec;
    }

    private static string KeyOf(JsonObject spec) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(spec.ToJsonString())));

    // For all who wait for it: none of them can take it back.
    private async Task<JsonObject> ReviewAsync(ReviewLane lane, string group, string resource, string kind, JsonObject spec)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var body = new JsonObject { ["apiVersion"] = $"{group}/v1", ["kind"] = kind, ["spec"] = spec };
            var answer = await lane.RunAsync(() => client.SendAsync(HttpMethod.Post, $"apis/{group}/v1/{resource}", body, deadline.Token), deadline.Token);
            return JsonNode.Parse(answer)?["status"] as JsonObject ?? [];
        }
        catch (Exception error) when (error is ApiException or JsonException or OperationCanceledException)
        {
            throw new ProblemException(503, "the API server cannot say now whose token this is and what its user may do; try again in a moment", error);
        }
    }

    // An API server that does not know audiences answers without: then the token may be meant for anybody.
    private static Caller? ReadCaller(JsonObject status)
    {
        var audiences = Texts(status["audiences"]);
        if (!Flag(status, "authenticated") || !audiences.Contains(WellKnownNames.DashboardAudience) || status["user"] is not JsonObject user)
            return null;
        return Text(user["username"]) is { Length: > 0 } name
            ? new Caller(name, Text(user["uid"]), Texts(user["groups"]), user["extra"]?.DeepClone() as JsonObject)
            : null;
    }

    private static bool Flag(JsonObject status, string name) => status[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static List<string> Texts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(Text).OfType<string>()];
}
