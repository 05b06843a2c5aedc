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
internal sealed class AccessReviews : IDisposable
{
    /// <summary>Longest token that is looked at.</summary>
    public const int MaxTokenLength = 16 * 1024;

    private const int MaxKnown = 4096;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    // Who sends tokens that nobody knows takes no place of those whose token was good before: they have a lane of their own.
    private readonly ReviewLane _known = new(concurrent: 8, most: 256);
    private readonly ReviewLane _unknown = new(concurrent: 4, most: 128);
    private readonly Strangers _strangers = new(most: 32);
    private readonly ConcurrentDictionary<string, bool> _good = new(StringComparer.Ordinal);
    private readonly IKubernetesClient _client;
    private readonly TimeProvider _time;
    private readonly ReviewCache<Caller?> _callers;
    private readonly ReviewCache<bool> _permissions;
    private readonly NamespaceRights _rights;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="time">The clock.</param>
    public AccessReviews(IKubernetesClient client, TimeProvider time)
    {
        (_client, _time) = (client, time);
        _callers = new ReviewCache<Caller?>(time);
        _permissions = new ReviewCache<bool>(time);
        _rights = new NamespaceRights((caller, name) => AskAsync(caller, name, subresource: ""), time);
    }

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
    public Task<bool> MayGetAsync(Caller caller, string namespaceName, string subresource, CancellationToken cancellationToken) =>
        _permissions.GetAsync(KeyOf(SpecOf(caller, namespaceName, subresource)), () => AskAsync(caller, namespaceName, subresource), cancellationToken);

    /// <summary>In which namespaces a user may get KafkaMonitors; asked for all that the user has open, and again in turn (<see cref="NamespaceRights"/>).</summary>
    /// <param name="caller">The user.</param>
    /// <param name="namespaces">The namespaces that there are, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">The API server cannot say.</exception>
    public Task<IReadOnlySet<string>> AllowedAsync(Caller caller, IReadOnlyList<string> namespaces, CancellationToken cancellationToken) =>
        _rights.AllowedAsync(KeyOf(SpecOf(caller)), caller, namespaces, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _known.Dispose();
        _unknown.Dispose();
        _rights.Dispose();
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

    private async Task<bool> AskAsync(Caller caller, string namespaceName, string subresource) =>
        Flag(await ReviewAsync(_known, "authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", SpecOf(caller, namespaceName, subresource)), "allowed");

    private static JsonObject SpecOf(Caller caller, string namespaceName, string subresource)
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
        return spec;
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
        using var deadline = new CancellationTokenSource(Deadline, _time);
        try
        {
            var body = new JsonObject { ["apiVersion"] = $"{group}/v1", ["kind"] = kind, ["spec"] = spec };
            var answer = await lane.RunAsync(() => _client.SendAsync(HttpMethod.Post, $"apis/{group}/v1/{resource}", body, deadline.Token), deadline.Token);
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
