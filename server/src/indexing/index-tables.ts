import type { IndexTable } from './index-rows.ts';

/**
 * The index tables in the order in which writes fill them. Rows belong to one stored parameter (`param`, see
 * `parameterKey`), which belongs to one resource type. @see ../../../infra/decisions/2026-11-24-search-index-layout.md
 */
export const INDEX_TABLES: readonly IndexTable[] = [
  {
    name: 'index_token',
    columns: [
      { name: 'param', type: 'int4' },
      { name: 'code', type: 'text' },
      { name: 'system', type: 'int8' },
      { name: 'ord', type: 'int4' },
    ],
  },
  {
    name: 'index_reference',
    columns: [
      { name: 'param', type: 'int4' },
      { name: 'target_id', type: 'text' },
      { name: 'target_type', type: 'text' },
      { name: 'version', type: 'text' },
      { name: 'at', type: 'int8' },
    ],
  },
  {
    name: 'index_date',
    columns: [
      { name: 'param', type: 'int4' },
      { name: 'low', type: 'int8' },
      { name: 'high', type: 'int8' },
    ],
  },
  {
    name: 'index_quantity',
    columns: [
      { name: 'param', type: 'int4' },
      { name: 'low', type: 'float8' },
      { name: 'high', type: 'float8' },
      { name: 'unit', type: 'text' },
      { name: 'unit_text', type: 'text' },
      { name: 'system', type: 'int8' },
      { name: 'dimension', type: 'text' },
      { name: 'canonical_low', type: 'float8' },
      { name: 'canonical_high', type: 'float8' },
      { name: 'code', type: 'text' },
      { name: 'ord', type: 'int4' },
    ],
  },
  {
    name: 'index_string',
    columns: [
      { name: 'param', type: 'int4' },
      { name: 'value', type: 'text' },
      { name: 'exact', type: 'text' },
    ],
  },
];
