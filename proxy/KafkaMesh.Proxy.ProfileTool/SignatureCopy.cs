using System.Reflection.Metadata;

namespace KafkaMesh.Proxy.ProfileTool;

/// <summary>Copies a method's signature from one module into another (ECMA-335 II.23.2): only its references to types change.</summary>
internal static class SignatureCopy
{
    private const int Array = 0x14;
    private const int FunctionPointer = 0x1b;

    /// <summary>Copies the rest of a method's signature.</summary>
    /// <param name="from">At its beginning.</param>
    /// <param name="to">Takes it.</param>
    /// <param name="map">A type of one module as a coded index of the other.</param>
    public static void Method(ref BlobReader from, BlobBuilder to, Func<EntityHandle, int> map)
    {
        SignatureHeader header = from.ReadSignatureHeader();
        to.WriteByte(header.RawValue);
        if (header.IsGeneric)
        {
            _ = Number(ref from, to);
        }

        int parameters = Number(ref from, to);
        for (int i = 0; i <= parameters; i++)
        {
            Type(ref from, to, map);
        }
    }

    private static void Type(ref BlobReader from, BlobBuilder to, Func<EntityHandle, int> map)
    {
        while (true)
        {
            int code = Number(ref from, to);
            switch (code)
            {
                case (int)SignatureTypeKind.Class or (int)SignatureTypeKind.ValueType:
                    to.WriteCompressedInteger(map(from.ReadTypeHandle()));
                    return;
                case (int)SignatureTypeCode.RequiredModifier or (int)SignatureTypeCode.OptionalModifier:
                    to.WriteCompressedInteger(map(from.ReadTypeHandle()));
                    break;
                case (int)SignatureTypeCode.SZArray or (int)SignatureTypeCode.Pointer or (int)SignatureTypeCode.ByReference or (int)SignatureTypeCode.Pinned:
                    break;
                case (int)SignatureTypeCode.GenericTypeParameter or (int)SignatureTypeCode.GenericMethodParameter:
                    _ = Number(ref from, to);
                    return;
                case (int)SignatureTypeCode.GenericTypeInstance:
                    Type(ref from, to, map);
                    for (int left = Number(ref from, to); left > 0; left--)
                    {
                        Type(ref from, to, map);
                    }

                    return;
                case Array:
                    Type(ref from, to, map);
                    _ = Number(ref from, to);
                    Numbers(ref from, to);
                    Numbers(ref from, to);
                    return;
                case FunctionPointer:
                    Method(ref from, to, map);
                    return;
                default:
                    return;
            }
        }
    }

    private static void Numbers(ref BlobReader from, BlobBuilder to)
    {
        for (int left = Number(ref from, to); left > 0; left--)
        {
            _ = Number(ref from, to);
        }
    }

    private static int Number(ref BlobReader from, BlobBuilder to)
    {
        int value = from.ReadCompressedInteger();
        to.WriteCompressedInteger(value);
        return value;
    }
}
