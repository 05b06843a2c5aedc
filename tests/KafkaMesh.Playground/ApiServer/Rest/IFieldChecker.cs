using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Stage after decoding: unknown and duplicate fields are removed, warned about or refused as <see cref="WriteContext.FieldValidation"/> says.</summary>
internal interface IFieldChecker
{
    /// <summary>Prunes <paramref name="obj"/> in place.</summary>
    /// <param name="context">The request.</param>
    /// <param name="obj">The decoded object; the last of duplicate fields won.</param>
    /// <param name="duplicates">Paths of duplicate fields found while decoding, as Go's decoder words them (<c>spec.ports</c>).</param>
    /// <exception cref="ApiException">400 (422 in a patch) under Strict.</exception>
    void Check(WriteContext context, JsonObject obj, IReadOnlyList<string> duplicates);
}
