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

    private const int MaxConcurrent = 8;
    private const int MaxWaiting = 256;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private readonly ReviewCache<Caller?> _callers = new(time);
    private readonly ReviewCache<bool> _permissions = new(time);
    private int _waiting;

    /// <summary>Whose token it is; null when it is not valid for us.</summary>
    /// <exception cref="ProblemException">The API server cannot say.</exception>
    public Task<Caller?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxTokenLength)
            return Task.FromResult<Caller?>(null);

        // No token stays in memory.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        return _callers.GetAsync(key, async () => ReadCaller(await ReviewAsync("authentication.k8s.io", "tokenreviews", "TokenReview", new JsonObject
        {
            ["token"] = token,
            ["audiences"] = new JsonArray(WellKnownNames.DashboardAudience),
        }, cancellationToken)));
    }

    /// <summary>Whether a user may get KafkaMonitors, or a subresource of them.</summary>
    /// <param name="caller">The user.</param>
    /// <param name="namespaceName">Namespace; empty for all.</param>
    /// <param name="subresource">Such as <c>tap</c>; empty for the monitors themselves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProblemException">The API server cannot say.</exception>
    public Task<bool> MayGetAsync(Caller caller, string namespaceName, string subresource, CancellationToken cancellationToken)
    {
        var spec = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject
            {
                ["group"] = WellKnownNames.Group,
                ["resource"] = WellKnownNames.Plural,
                ["subresource"] = subresource,
                ["verb"] = "get",
                ["namespace"] = namespaceName,
            },
            ["user"] = caller.User,
            ["groups"] = new JsonArray([.. caller.Groups.Select(g => (JsonNode)g)]),
        };
        if (caller.Uid is { Length: > 0 })
            spec["uid"] = caller.Uid;
        if (caller.Extra is not null)
            spec["extra"] = caller.Extra.DeepClone();
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(spec.ToJsonString())));
        return _permissions.GetAsync(key, async () => Flag(await ReviewAsync("authorization.k8s.io", "subjectaccessreviews", "SubjectAccessReview", spec, cancellationToken), "allowed"));
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<JsonObject> ReviewAsync(string group, string resource, string kind, JsonObject spec, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new ProblemException(503, "too many tokens are being checked; try again in a moment");
        }
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                using var deadline = new CancellationTokenSource(Deadline, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
                var body = new JsonObject { ["apiVersion"] = $"{group}/v1", ["kind"] = kind, ["spec"] = spec };
                var answer = await client.SendAsync(HttpMethod.Post, $"apis/{group}/v1/{resource}", body, either.Token);
                return JsonNode.Parse(answer)?["status"] as JsonObject ?? [];
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception error) when (error is ApiException or JsonException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ProblemException(503, "the API server cannot say now whose token this is and what its user may do; try again in a moment", error);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
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
