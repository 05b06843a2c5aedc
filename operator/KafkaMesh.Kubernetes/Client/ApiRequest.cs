using System.Text.Json.Nodes;

namespace KafkaMesh.Kubernetes.Client;

/// <summary>One request as it goes out, possibly several times.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="PathAndQuery">Relative to the API's root, without leading slash.</param>
/// <param name="Verb">Kubernetes verb for metrics: get, list, watch, create, update, patch, delete.</param>
/// <param name="Resource">Plural name for metrics.</param>
/// <param name="Timeout">Deadline of one attempt.</param>
internal sealed record ApiRequest(HttpMethod Method, string PathAndQuery, string Verb, string Resource, TimeSpan Timeout)
{
    public JsonNode? Body { get; init; }

    public string MediaType { get; init; } = "application/json";

    public string Accept { get; init; } = "application/json";

    /// <summary>Whether a refusal that asks for it is answered by sending the request again; false where the next attempt needs a new decision.</summary>
    public bool MayBeRepeated { get; init; } = true;

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Method and path without query: what messages name.</summary>
    public override string ToString() => $"{Method} /{PathAndQuery.Split('?', 2)[0]}";
}
