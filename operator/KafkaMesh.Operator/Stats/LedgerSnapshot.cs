using System.Text.Json;
using System.Text.Json.Serialization;
using KafkaMesh.Contracts.Stats;

namespace KafkaMesh.Operator.Stats;

/// <summary>A ledger as it is stored: a new leader continues from it.</summary>
internal sealed record LedgerSnapshot
{
    /// <summary>Version of this format.</summary>
    public const int CurrentFormat = 1;

    /// <summary><see cref="CurrentFormat"/> of the writer.</summary>
    public int Format { get; set; } = CurrentFormat;

    /// <summary>Sums of gone sidecars.</summary>
    public StatsReport Retired { get; set; } = new() { InstanceId = "sum" };

    /// <summary>Latest reports of sidecars that lived when this was stored.</summary>
    public IReadOnlyList<LedgerEntry> Instances { get; set; } = [];

    /// <summary>Latest reports of sidecars whose pods left the selector and may come back. Not part of <see cref="Retired"/>.</summary>
    public IReadOnlyList<LedgerEntry> Departed { get; set; } = [];
}

/// <summary>Source-generated JSON of stored ledgers.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LedgerSnapshot))]
internal sealed partial class LedgerJson : JsonSerializerContext;
