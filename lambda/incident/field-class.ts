/** What a field name of an audit event says of the data, as the database classes it in `audit.field_class`. */
export const FIELD_CLASS: Readonly<Record<string, 'identity' | 'clinical' | 'billing'>> = {
  name: 'identity', date_of_birth: 'identity', address: 'identity', mrn: 'identity', ssn: 'identity', recipient: 'identity',
  medical_history: 'clinical', diagnoses: 'clinical', prescriptions: 'clinical', body: 'clinical', starts_at: 'clinical',
  ends_at: 'clinical', reason: 'clinical', started_at: 'clinical', ended_at: 'clinical', recorded: 'clinical',
  recording_version: 'clinical', title: 'clinical', content: 'clinical', reason_text: 'clinical',
  insurance_id: 'billing', billing_address: 'billing', payment_history: 'billing',
};
