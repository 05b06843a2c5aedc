using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Everything that the stages of a write need to know about the request.</summary>
internal sealed class WriteContext
{
    /// <summary>The kind that the URL names (not the subresource's).</summary>
    public required ResourceKind Kind { get; init; }

    /// <summary>What is done.</summary>
    public required WriteOperation Operation { get; init; }

    /// <summary>Who does it.</summary>
    public required UserInfo User { get; init; }

    /// <summary>Name of the field manager: the parameter, else the User-Agent up to the first slash.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Subresource, or empty.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Namespace, empty for cluster-scoped kinds.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Object name; empty while a generated name is not known yet.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether a whole collection is deleted: reviews then carry no name.</summary>
    public bool IsCollection { get; init; }

    /// <summary>What happens with unknown fields.</summary>
    public FieldValidation FieldValidation { get; init; } = FieldValidation.Warn;

    /// <summary>Whether nothing may be stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether server-side apply takes over fields of other managers.</summary>
    public bool Force { get; init; }

    /// <summary>The media type of a patch, or null for create, update and delete.</summary>
    public string? PatchType { get; init; }

    /// <summary>The options object as AdmissionReview carries it (CreateOptions, UpdateOptions, PatchOptions become UpdateOptions, DeleteOptions).</summary>
    public required JsonObject Options { get; init; }

    /// <summary>The stored object before the write; null for a creation. Nobody may change it.</summary>
    public JsonObject? Old { get; set; }

    /// <summary>Texts for Warning headers, in order; bounded by the writer of the response.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Ends when the client leaves.</summary>
    public CancellationToken Cancel { get; init; }
}
