using System.Text.Json.Nodes;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>What a webhook decided.</summary>
/// <param name="Allowed">Whether the write may go on.</param>
/// <param name="Patch">JSON Patch operations, or null.</param>
/// <param name="Status">Status of a denial, or null.</param>
/// <param name="Warnings">Warnings for the client.</param>
internal sealed record AdmissionAnswer(bool Allowed, JsonArray? Patch, JsonObject? Status, IReadOnlyList<string> Warnings);
