using System.Text.Json;
using System.Text.Json.Serialization;

namespace KafkaMesh.Operator.Commands.Taps;

/// <summary>Source-generated JSON of a tap's events.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TapFrame))]
[JsonSerializable(typeof(TapPods))]
[JsonSerializable(typeof(TapNotice))]
internal sealed partial class TapFrameJson : JsonSerializerContext;
